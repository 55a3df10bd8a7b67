"""The stand-in's objects, after Salesforce's object reference: `Name:type:length:flags`, r required, s system-set, x external id."""

from typing import Any

STAGES = (
    ("Prospecting", 10, "Pipeline", False, False),
    ("Qualification", 20, "Pipeline", False, False),
    ("Discovery", 20, "Pipeline", False, False),
    ("Proposal/Price Quote", 75, "Best Case", False, False),
    ("Negotiation", 70, "Commit", False, False),
    ("Closed Won", 100, "Closed", True, True),
    ("Closed Lost", 0, "Omitted", True, False),
)
PICKLISTS: dict[str, tuple[str, ...]] = {
    "Opportunity.StageName": tuple(row[0] for row in STAGES),
    "Opportunity.ForecastCategoryName": ("Omitted", "Pipeline", "Best Case", "Commit", "Closed"),
    "Task.Status": ("Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"),
    "Task.TaskSubtype": ("Task", "Email", "Call", "ListEmail"),
    "Task.CallType": ("Internal", "Inbound", "Outbound"),
    "OpportunityContactRole.Role": (
        "Business User",
        "Decision Maker",
        "Economic Buyer",
        "Evaluator",
        "Executive Sponsor",
        "Influencer",
        "Technical Buyer",
        "Champion",
        "Blocker",
        "Other",
    ),
}
RESTRICTED = {"Opportunity.ForecastCategoryName", "OpportunityContactRole.Role"}
SYSTEM = (
    "CreatedDate:datetime:0:s CreatedById:reference:18:s LastModifiedDate:datetime:0:s LastModifiedById:reference:18:s "
    "SystemModstamp:datetime:0:s IsDeleted:boolean:0:s"
)
_ACTIVITY = "Subject:combobox:255: Description:textarea:32000: OwnerId:reference:18:d WhatId:reference:18: WhoId:reference:18: AccountId:reference:18:s ActivityDate:date:0:"
_OBJECTS = {
    "Organization": ("00D", "Name:string:80: DefaultLocaleSidKey:picklist:40:"),
    "User": (
        "005",
        "Name:string:121:s Username:string:80:r Email:email:128:r IsActive:boolean:0:d UserType:picklist:40:s "
        "TimeZoneSidKey:picklist:40:d Department:string:80: ManagerId:reference:18:",
    ),
    "OpportunityStage": (
        "01J",
        "MasterLabel:string:255:s ApiName:string:255:s SortOrder:int:0:s DefaultProbability:percent:0:s "
        "ForecastCategoryName:picklist:255:s IsActive:boolean:0:s IsClosed:boolean:0:s IsWon:boolean:0:s",
    ),
    "Product2": ("01t", "Name:string:255:r Family:picklist:40: IsActive:boolean:0:d"),
    "Pricebook2": ("01s", "Name:string:255:r IsStandard:boolean:0:s"),
    "PricebookEntry": ("01u", "Product2Id:reference:18:r Pricebook2Id:reference:18:r UnitPrice:currency:0:r"),
    "Account": (
        "001",
        "Name:string:255:r Website:url:255: Type:picklist:255: Industry:picklist:255: NumberOfEmployees:int:0: "
        "AnnualRevenue:currency:0: BillingCountry:string:80: OwnerId:reference:18:d ParentId:reference:18: "
        "MasterRecordId:reference:18:s Segment__c:string:80:",
    ),
    "Contact": (
        "003",
        "AccountId:reference:18: FirstName:string:40: LastName:string:80:r Name:string:121:s Title:string:128: "
        "Email:email:80: Phone:phone:40: MobilePhone:phone:40: MailingCountry:string:80: OwnerId:reference:18:d "
        "HasOptedOutOfEmail:boolean:0:d HasOptedOutOfFax:boolean:0:d DoNotCall:boolean:0:d "
        "MasterRecordId:reference:18:s Seller_Change_Id__c:string:255:x",
    ),
    "Opportunity": (
        "006",
        "Name:string:120:r AccountId:reference:18: OwnerId:reference:18:d Amount:currency:0: StageName:picklist:255:r "
        "ForecastCategory:picklist:40:s ForecastCategoryName:picklist:255:d Probability:percent:0:d Type:picklist:255: "
        "CloseDate:date:0:r IsClosed:boolean:0:s IsWon:boolean:0:s NextStep:string:255: LeadSource:picklist:255: "
        "HasOpportunityLineItem:boolean:0:s MainCompetitors__c:string:100: Loss_Reason__c:string:255:",
    ),
    "OpportunityContactRole": (
        "00K",
        "OpportunityId:reference:18:r ContactId:reference:18:r Role:picklist:255: IsPrimary:boolean:0:d",
    ),
    "OpportunityHistory": (
        "008",
        "OpportunityId:reference:18:s StageName:picklist:255:s Amount:currency:0:s CloseDate:date:0:s "
        "ForecastCategory:picklist:40:s Probability:percent:0:s",
    ),
    "Task": (
        "00T",
        f"{_ACTIVITY} Status:picklist:40:d Priority:picklist:40:d IsClosed:boolean:0:s TaskSubtype:picklist:40:d "
        "CallType:picklist:40: CallDurationInSeconds:int:0: CompletedDateTime:datetime:0:s "
        "Seller_Change_Id__c:string:255:x",
    ),
    "Event": (
        "00U",
        f"{_ACTIVITY} StartDateTime:datetime:0: DurationInMinutes:int:0: IsChild:boolean:0:s "
        "Seller_Change_Id__c:string:255:x",
    ),
    "ContentNote": (
        "069",
        "Title:string:255:r Content:base64:0: TextPreview:string:255:s ContentSize:int:0:s OwnerId:reference:18:s",
    ),
    "ContentDocumentLink": (
        "06A",
        "ContentDocumentId:reference:18:r LinkedEntityId:reference:18:r ShareType:picklist:40:r",
    ),
}


def fields_of(name: str) -> list[dict[str, Any]]:
    """The fields of an object as describe tells them."""
    own = _OBJECTS[name][1].split() + SYSTEM.split()
    return [field(name, "Id:id:18:s"), *(field(name, spec) for spec in own)]


def names() -> list[str]:
    """All objects."""
    return list(_OBJECTS)


def prefix(name: str) -> str:
    """What the object's ids begin with."""
    return _OBJECTS[name][0]


def field(name: str, spec: str) -> dict[str, Any]:
    """One field as describe tells it."""
    called, kind, length, flags = spec.split(":")
    values = PICKLISTS.get(f"{name}.{called}", ())
    settable = "s" not in flags
    return {
        "name": called,
        "label": called.removesuffix("__c").replace("_", " "),
        "type": kind,
        "length": int(length),
        "createable": settable,
        "updateable": settable,
        "nillable": "r" not in flags and kind != "boolean",
        "defaultedOnCreate": "d" in flags or "s" in flags or kind == "boolean",
        "externalId": "x" in flags,
        "unique": "x" in flags,
        "idLookup": "x" in flags or called == "Id",
        "custom": called.endswith("__c"),
        "restrictedPicklist": f"{name}.{called}" in RESTRICTED,
        "picklistValues": [
            {"value": each, "label": each, "active": True, "defaultValue": False, "validFor": None} for each in values
        ],
        "relationshipName": called.removesuffix("Id") if kind == "reference" else None,
    }
