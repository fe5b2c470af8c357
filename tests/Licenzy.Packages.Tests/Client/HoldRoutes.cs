using Licenzy.Packages.Tests.Stubs;

namespace Licenzy.Packages.Tests.Client;

public sealed class HoldRoutes
{
    private const string Held = """{"hold_id":"hld_1","units":3,"usage_remaining":97,"expires_at":"2026-11-30T12:00:00Z"}""";
    private const string Released = """{"ok":true,"released":3,"usage_remaining":100,"hold_id":"hld_1"}""";
    private const string Reversed = """{"ok":true,"reversed":2,"usage_remaining":99,"consumption_id":"use_1"}""";

    private static readonly TestCaseData[] Calls =
    [
        Call("/v1/usage/hold", """{"subject_ref":"user_123","units":3}""", Held, async (client, key) => (await client.HoldUsageAsync(new() { SubjectRef = "user_123", Units = 3 }, key)).HoldId, "hld_1"),
        Call("/v1/usage/hold", """{"subject_ref":"user_123","units":3,"expires_in_seconds":60}""", Held,
            async (client, key) => (await client.HoldUsageAsync(new() { SubjectRef = "user_123", Units = 3, ExpiresInSeconds = 60 }, key)).ExpiresAt, new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero)),
        Call("/v1/usage/hold/hld_1/commit", "{}", Answers.Consumed, async (client, key) => (await client.CommitHoldAsync("hld_1", idempotencyKey: key)).ConsumptionId, "use_01J"),
        Call("/v1/usage/hold/hld_1/commit", """{"units":3}""", Answers.Consumed, async (client, key) => (await client.CommitHoldAsync("hld_1", 3, key)).Consumed, 3L),
        Call("/v1/usage/hold/hld_1/release", "", Released, async (client, key) => (await client.ReleaseHoldAsync("hld_1", key)).Released, 3L),
        Call("/v1/usage/reverse", """{"consumption_id":"use_1"}""", Reversed, async (client, key) => (await client.ReverseUsageAsync(new() { ConsumptionId = "use_1" }, key)).Reversed, 2L),
        Call("/v1/usage/reverse", """{"consumption_id":"use_1","units":2}""", Reversed, async (client, key) => (await client.ReverseUsageAsync(new() { ConsumptionId = "use_1", Units = 2 }, key)).UsageRemaining, 99L),
    ];

    [TestCaseSource(nameof(Calls))]
    public async Task Each_route_has_its_address_body_key_and_answer(string target, string body, string answer, Func<ILicenzyClient, string?, Task<object>> call, object expected)
    {
        await using var stub = await Stub.StartAsync(Answers.Json(answer));
        using var client = Clients.Of(stub);

        var results = new[] { await call(client, null), await call(client, "job-7") };

        Assert.That(results, Is.All.EqualTo(expected));
        Assert.That(stub.Heard.Select(heard => (heard.Method, heard.Target, heard.Body)), Is.All.EqualTo(("POST", target, body)));
        Assert.That(stub.Heard[0].Headers["Idempotency-Key"].ToString(), Does.Match("^[0-9a-f]{32}$"));
        Assert.That(stub.Heard[1].Headers["Idempotency-Key"].ToString(), Is.EqualTo("job-7"));
    }

    [TestCase(409, "hold_closed")]
    [TestCase(409, "hold_expired")]
    [TestCase(409, "hold_exceeded")]
    [TestCase(409, "already_reversed")]
    [TestCase(404, "not_found")]
    public async Task A_refusal_has_its_code(int status, string error)
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(status, error));
        using var client = Clients.Of(stub);

        var refused = Assert.ThrowsAsync<LicenzyApiException>(() => client.CommitHoldAsync("hld_1"));

        Assert.That(((int?)refused!.StatusCode, refused.Code), Is.EqualTo(((int?)status, error)));
    }

    private static TestCaseData Call(string target, string body, string answer, Func<ILicenzyClient, string?, Task<object>> call, object expected) =>
        new TestCaseData(target, body, answer, call, expected).SetArgDisplayNames(target, body);
}
