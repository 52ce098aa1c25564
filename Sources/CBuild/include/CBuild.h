/// The commit that the program was built from, as `OCTOVAULT_COMMIT` said it to the build; empty where nobody did.
const char *octovault_commit(void);
