// The network of the agent; a session; todo lists are for people; https://example.org/work/order
const char* path = "${root}/work/x";
