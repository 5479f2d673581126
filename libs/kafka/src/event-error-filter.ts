import { Catch, type ExceptionFilter } from '@nestjs/common';

/**
 * Lets the strategy see what a handler threw. Without it Nest puts "Internal server error" in the place of every error, and an outage of the
 * database could not be told from a bug.
 */
@Catch()
export class EventErrorFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}
