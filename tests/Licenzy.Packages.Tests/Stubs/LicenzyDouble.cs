using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Packages.Tests.Stubs;

/// <summary>A server that knows a few subjects by what they hold; everybody else is unknown to it.</summary>
public static class LicenzyDouble
{
    private static readonly string Pro = Right("PRO", true, "subscription_active", """{"export":true,"beta":false,"seats":5}""");
    private static readonly string Lapsed = Right("PRO", false, "subscription_canceled", """{"export":true}""");
    private static readonly string Pack = Right("CREDITS", true, "usage_pack_available", "{}");

    public static Task<Stub> StartAsync() => Stub.StartAsync(async context =>
    {
        var subject = await SubjectOf(context);
        if (subject == "down")
            await Answers.Problem(503, "unavailable", ("Retry-After", "17"))(context);
        else if (subject == "cut")
            await Answers.Cut(context);
        else if (subject == "impossible")
            await Answers.Problem(400, "invalid_request")(context);
        else if (context.Request.Path == "/v1/access/check")
            await Check(subject)(context);
        else
            await Answers.Json(Access(subject))(context);
    });

    private static string[] RightsOf(string subject) => subject switch
    {
        "pro" => [Pro],
        "lapsed" => [Lapsed],
        "pack" => [Pack],
        "both" => [Pro, Pack],
        "lapsed-with-pack" => [Pack, Lapsed],
        _ => [],
    };

    private static Func<HttpContext, Task> Check(string subject)
    {
        var allowed = Allowed(subject);
        return Answers.Json($$"""{"subject_ref":"{{subject}}","allowed":{{(allowed ? "true" : "false")}}}""", 200, ("Licenzy-Reason", allowed ? "subscription_active" : "subscription_canceled"));
    }

    private static bool Allowed(string subject) => RightsOf(subject).Any(right => right != Lapsed);

    private static string Access(string subject) =>
        $$"""{"subject_ref":"{{subject}}","has_access":{{(Allowed(subject) ? "true" : "false")}},"status":"active","version":1,"decided_at":"2026-11-30T12:00:00Z","next_change_at":null,"entitlements":[{{string.Join(',', RightsOf(subject))}}]}""";

    private static string Right(string product, bool available, string reason, string features) =>
        $$"""{"id":"ent_{{product}}","product_code":"{{product}}","kind":"subscription","status":"active","available":{{(available ? "true" : "false")}},"availability_reason":"{{reason}}","usage_remaining":null,"starts_at":"2026-11-30T00:00:00Z","expires_at":null,"current_period_end":null,"cancel_at_period_end":false,"grace_period_ends_at":null,"features":{{features}}}""";

    private static async Task<string> SubjectOf(HttpContext context)
    {
        if (context.Request.Method == "GET")
            return Uri.UnescapeDataString(context.Request.Path.Value!.Split('/')[^1]);
        context.Request.Body.Position = 0;
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        return body.RootElement.GetProperty("subject_ref").GetString()!;
    }
}
