/** A step of the whole system may take long on a slow machine; a hung one must still end. */
jest.setTimeout(120_000);
