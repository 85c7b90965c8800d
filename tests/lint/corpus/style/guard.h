// A guard of another kind.  // expect: #pragma once is missing
#ifndef A
#endif
