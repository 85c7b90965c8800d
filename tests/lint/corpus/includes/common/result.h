// A result.
#include <string>
