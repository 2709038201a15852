import type {
  DomainServices,
  KeyAccessServices,
  KeyServices,
  MetaSenderServices,
  ProfileServices,
  SenderServices,
} from "./account-services.ts";
import type { MessageServices } from "./message-services.ts";
import type { ParseServices } from "./parse-services.ts";
import type { StatisticsServices } from "./statistics-services.ts";
import type { TemplateServices } from "./template-services.ts";
import type { CallbackServices } from "./webhook-services.ts";

/** Everything the resources need from core. */
export interface ResourceServices
  extends KeyServices,
    KeyAccessServices,
    DomainServices,
    SenderServices,
    MetaSenderServices,
    ProfileServices,
    MessageServices,
    TemplateServices,
    CallbackServices,
    StatisticsServices,
    ParseServices {}
