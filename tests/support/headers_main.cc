// All there was to test is that the other sources compile.
int main() { return 0; }
