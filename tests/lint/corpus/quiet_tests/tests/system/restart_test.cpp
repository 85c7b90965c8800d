void settle() { std::this_thread::sleep_for(10ms); }
