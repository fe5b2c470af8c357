using Microsoft.OpenApi;

namespace Licenzy.Server.Hosting.Documents;

/// <summary>What a caller shows, in the document's words.</summary>
internal static class SecuritySchemes
{
    public static void Define(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["runtimeKey"] = Bearer("A runtime key: lz_test_… or lz_live_…; the mode is the key's."),
            ["adminKey"] = Bearer("An admin key: lz_admin_…"),
            ["session"] = Key("__Host-licenzy", ParameterLocation.Cookie, "The cookie that POST /portal/session sets; `licenzy` in a development environment."),
            ["csrfToken"] = Key("X-CSRF-Token", ParameterLocation.Header, "With the cookie, for everything but reads: the csrf_token of GET /portal/me."),
            ["stripeSignature"] = Key("Stripe-Signature", ParameterLocation.Header, "Stripe's signature over the raw body."),
        };
    }

    /// <summary>What the route asks of its caller: one of several ways, each of which may take several things.</summary>
    public static IList<OpenApiSecurityRequirement>? Of(DocumentedRoute route, OpenApiDocument document) => route.Rule switch
    {
        CredentialsRule.RuntimeKey => [All(document, "runtimeKey")],
        CredentialsRule.Portal => [All(document, "adminKey"), route.IsRead ? All(document, "session") : All(document, "session", "csrfToken")],
        CredentialsRule.LocalOrAdminKey => [All(document), All(document, "adminKey")],
        CredentialsRule.StripeSignature => [All(document, "stripeSignature")],
        _ => null,
    };

    private static OpenApiSecurityRequirement All(OpenApiDocument document, params string[] schemes)
    {
        var requirement = new OpenApiSecurityRequirement();
        foreach (var scheme in schemes)
        {
            requirement[new OpenApiSecuritySchemeReference(scheme, document)] = [];
        }

        return requirement;
    }

    private static OpenApiSecurityScheme Bearer(string description) =>
        new() { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = description };

    private static OpenApiSecurityScheme Key(string name, ParameterLocation place, string description) =>
        new() { Type = SecuritySchemeType.ApiKey, Name = name, In = place, Description = description };
}
