/** Said once to all who wait: let go of what you have in hand. */
export class GiveUp {
  private readonly listeners = new Set<() => void>();
  private said = false;

  get raised(): boolean {
    return this.said;
  }

  raise(): void {
    if (this.said) return;
    this.said = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  /** Calls back when it is raised, or at once if it was. Answers how to stop listening. */
  on(listener: () => void): () => void {
    if (this.said) {
      listener();
      return () => undefined;
    }
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves after `ms`, or as soon as it is raised. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        off();
        resolve();
      }, ms);
      const off = this.on(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
