import { address, decimal, int32, int64, reference, text, time } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";
import type { ProfileRecord, ProfileServices } from "./account-services.ts";
import { rowOfChange, sent } from "./lookup.ts";

const properties = {
  AddressCity: text(),
  AddressCountry: text(),
  AddressPostalCode: text(),
  AddressState: text(),
  AddressStreet: text(),
  BillingEmail: address({ dataType: "TBillingEmail" }),
  BirthdayAt: time(),
  CompanyName: text(),
  CompanyNumOfEmployees: text(),
  ContactPhone: text(),
  EstimatedVolume: int32(),
  Features: text(),
  Firstname: text(),
  ID: int64({ isReadOnly: true }),
  Industry: text(),
  JobTitle: text(),
  Lastname: text(),
  User: reference("TUser", { target: "user" }),
  VAT: decimal({ isReadOnly: true, default: "Depends on AddressCountry's value" }),
  VATNumber: text(),
  Website: text(),
};

/** `myprofile`: who the customer is and where invoices go. There is one. */
export function myProfileResource(
  services: Pick<ProfileServices, "readProfile" | "updateProfile">,
): Resource {
  return defineResource({
    name: "myprofile",
    typeName: "MyProfile",
    description: "Who the customer is and where invoices go.",
    isSingleton: true,
    readPermission: "manage",
    properties,
    filters: { User: int64() },
    sort: { ID: "ascending" },
    list: async (query, { principal }) =>
      pageOf([rowOf(await services.readProfile(principal))], query, {
        User: (row, wanted) => row.UserID === wanted,
      }),
    get: async (key, { principal }) => {
      const profile = await services.readProfile(principal);
      return key.kind === "id" && key.id === profile.id ? rowOf(profile) : null;
    },
    update: async (key, values, { principal }) => {
      if (key !== null) {
        const { id } = await services.readProfile(principal);
        if (key.kind !== "id" || key.id !== id) return null;
      }
      const change = sent({
        firstname: values.Firstname,
        lastname: values.Lastname,
        jobTitle: values.JobTitle,
        companyName: values.CompanyName,
        employeeCount: values.CompanyNumOfEmployees,
        industry: values.Industry,
        website: values.Website,
        phone: values.ContactPhone,
        street: values.AddressStreet,
        postalCode: values.AddressPostalCode,
        city: values.AddressCity,
        state: values.AddressState,
        country: values.AddressCountry,
        vatNumber: values.VATNumber,
        billingAddress: values.BillingEmail,
        birthdayAt: values.BirthdayAt,
        estimatedVolume: values.EstimatedVolume,
        features: values.Features,
      });
      return rowOfChange(await services.updateProfile(principal, change), rowOf);
    },
  });
}

function rowOf(profile: ProfileRecord) {
  return {
    AddressCity: profile.city,
    AddressCountry: profile.country,
    AddressPostalCode: profile.postalCode,
    AddressState: profile.state,
    AddressStreet: profile.street,
    BillingEmail: profile.billingAddress,
    BirthdayAt: profile.birthdayAt,
    CompanyName: profile.companyName,
    CompanyNumOfEmployees: profile.employeeCount,
    ContactPhone: profile.phone,
    EstimatedVolume: profile.estimatedVolume,
    Features: profile.features,
    Firstname: profile.firstname,
    ID: profile.id,
    Industry: profile.industry,
    JobTitle: profile.jobTitle,
    Lastname: profile.lastname,
    UserID: profile.userId,
    VAT: profile.vatRate,
    VATNumber: profile.vatNumber,
    Website: profile.website,
  };
}
