using Microsoft.Extensions.Options;

namespace Licenzy.Cli.Verbs;

/// <summary>A refusal in the words of whoever typed a verb: the server speaks of routes, the client of settings and parameters.</summary>
internal static class RefusalText
{
    // What the client calls a setting, and where this tool has it from.
    private static readonly (string Setting, string Here)[] Settings =
    [
        ("Licenzy:ApiKey", "--key (LICENZY_KEY)"), ("Licenzy:AdminKey", "--admin-key (LICENZY_ADMIN_KEY)"), ("Licenzy:BaseAddress", "--url (LICENZY_URL)"),
        ("Licenzy:Workspace", "--workspace (LICENZY_WORKSPACE)"),
        ("a runtime key from the portal's page of API keys", "a runtime key: licenzy keys create --name … makes one"),
    ];

    public static string Of(Exception refused) => refused switch
    {
        LicenzyApiException answer => $"{answer.Message}{Hint(answer)}{(answer.RequestId is { } id ? $" (request {id})" : "")}",
        OptionsValidationException settings => Settings.Aggregate(settings.Message, (text, one) => text.Replace(one.Setting, one.Here, StringComparison.Ordinal)),
        ArgumentException { ParamName: { } parameter } => refused.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal),
        _ => refused.Message,
    };

    // The server's words are about its routes: what stands in them, and the verb that does it.
    private static readonly (string Said, string Verb)[] Verbs =
    [
        ("PUT /portal/webhooks/endpoint", "licenzy webhooks set …"), ("Set one first.", "licenzy webhooks set …"), ("\"enabled\": true", "licenzy webhooks enable"),
        ("To repeat this one, resend it.", "licenzy webhooks resend …"), ("DELETE /portal/test-clock", "licenzy test-clock reset"),
    ];

    private static string? Hint(LicenzyApiException refused) => refused.Code switch
    {
        ErrorCodes.StripeNotConnected => " With this tool: licenzy stripe connect --mode …",
        ErrorCodes.ProductExists => " With this tool, while it is sold: licenzy products update …",
        ErrorCodes.Unavailable when refused.Message.Contains("\"verify\": false", StringComparison.Ordinal) => " With this tool: licenzy stripe connect --no-verify",
        _ => Verbs.FirstOrDefault(one => refused.Message.Contains(one.Said, StringComparison.Ordinal)) is { Verb: { } verb } ? $" With this tool: {verb}" : null,
    };
}
