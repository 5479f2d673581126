/** Where the demo team is made. */
export interface DemoSurroundings {
  consoleUrl: string;
  ingressUrl: string;
  sandboxUrl: string;
  adminEmail: string;
  adminPassword: string;
}

export async function makeDemoTeam(_: DemoSurroundings): Promise<void> {}
