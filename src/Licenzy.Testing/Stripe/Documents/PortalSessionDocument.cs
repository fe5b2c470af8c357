using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class PortalSessionDocument
{
    public static JsonObject Of(PortalSession session) => new JsonObject
    {
        ["id"] = session.Id,
        ["object"] = "billing_portal.session",
        ["configuration"] = "bpc_1ExampleDefaultPortal000",
        ["created"] = session.Created.Unix(),
        ["customer"] = session.Customer,
        ["livemode"] = session.Livemode,
        ["locale"] = session.Locale,
        ["return_url"] = session.ReturnUrl,
        ["url"] = session.Url,
    }.WithNulls("customer_account", "flow", "on_behalf_of");
}
