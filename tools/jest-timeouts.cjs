/** What a spec waits for says how long it may take; this only ends what hangs, on a machine that is busy or slow. */
jest.setTimeout(60_000);
