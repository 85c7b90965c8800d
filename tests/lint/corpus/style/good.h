// A good header.
// Two lines.
#pragma once

int good();
