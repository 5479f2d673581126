import 'reflect-metadata';
import { getMetadataStorage } from 'class-validator';

type ConfigClass = new () => object;
type Together<Parts extends readonly ConfigClass[]> = Parts extends readonly [
  infer First extends ConfigClass,
  ...infer Rest extends readonly ConfigClass[],
]
  ? InstanceType<First> & Together<Rest>
  : object;

/**
 * One config class with the settings, defaults and rules of all its parts:
 * `class ResolverConfig extends configOf(ServiceConfig, KafkaConfig, DatabaseConfig) { … }`.
 */
export function configOf<const Parts extends readonly ConfigClass[]>(...parts: Parts): new () => Together<Parts> {
  class Config {
    constructor() {
      for (const Part of parts) Object.assign(this, new Part());
    }
  }
  for (const part of parts) inherit(part, Config);
  return Config as unknown as new () => Together<Parts>;
}

function inherit(part: ConfigClass, config: ConfigClass): void {
  const storage = getMetadataStorage();
  for (const rule of storage.getTargetValidationMetadatas(part, '', false, false)) {
    storage.addValidationMetadata({ ...rule, target: config });
    const from = part.prototype as object;
    for (const key of Reflect.getMetadataKeys(from, rule.propertyName) as (string | symbol)[])
      Reflect.defineMetadata(
        key,
        Reflect.getMetadata(key, from, rule.propertyName),
        config.prototype as object,
        rule.propertyName,
      );
  }
}

/** The names of a config class's environment variables: those that have a rule, in the order they were declared. */
export function settingNames(config: ConfigClass): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(config, '', true, false);
  const named = new Set(rules.map((rule) => rule.propertyName));
  const declared = Object.keys(new config()).filter((name) => named.has(name));
  return [...new Set([...declared, ...named])];
}

/** Whether a setting may be left out without having a default. */
export function isOptional(config: ConfigClass, name: string): boolean {
  return getMetadataStorage()
    .getTargetValidationMetadatas(config, '', true, false)
    .some((rule) => rule.propertyName === name && rule.type === 'conditionalValidation');
}
