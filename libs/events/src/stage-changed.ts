import { IsId, IsTime, Optional } from './fields';

/** Lever says an opportunity moved. Only a hint to look: Lever signs neither the stage nor the opportunity. */
export class StageChanged {
  @IsId() teamId!: string;
  @IsId() opportunityId!: string;
  @IsId() toStageId!: string;
  /** Lever's own clock, from the webhook. */
  @IsTime() triggeredAt!: string;
  /** When ingress took it. */
  @IsTime() receivedAt!: string;
  @Optional() @IsId() fromStageId?: string;
}
