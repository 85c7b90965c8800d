int f();  // expect: begins with a sentence | #pragma once is missing
