export { type AccessRule, problemOfAccessFile, readAccessFile } from "./access-file.ts";
export { type AccessCaller, AccessRules, type CallerMode, firstRuleFor, noRule } from "./access-rules.ts";
export {
  checkCall,
  checkFrontDoorOperation,
  checkOperation,
  checkOperationAllowed,
  checkWarehouse,
  isCatalogAllowed,
  isVolumeListed,
  isWarehouseAllowed,
  mayServeUnnamed,
} from "./check-policy.ts";
export type { Policy } from "./policy.ts";
export { policySettings, readPolicy } from "./read-policy.ts";
