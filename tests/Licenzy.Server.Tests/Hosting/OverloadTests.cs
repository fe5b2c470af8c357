using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>More requests at once than the server works on are refused at once; health and Stripe are not among them (SECURITY T39).</summary>
public sealed class OverloadTests
{
    [Test]
    public async Task What_finds_no_slot_is_told_to_come_back_and_health_is_answered()
    {
        await using var server = await LicenzyTestServer.StartAsync(new LicenzyTestServerOptions { Configure = options => options.RateLimiting.Concurrent = 1 });
        using var app = new Wire(server.CreateClient(server.TestKey));
        using var slow = await RawConnection.OpenAsync(server);
        await slow.SendHeadAsync(
            "POST /v1/access/check HTTP/1.1", "Host: x", $"Authorization: Bearer {server.TestKey}", "Content-Type: application/json", "Content-Length: 24", "Expect: 100-continue");
        // The server asks for the body only once the request has its slot.
        Assert.That(await slow.HearAsync(), Does.StartWith("HTTP/1.1 100"));

        var shed = await CheckAsync(app);
        Assert.That((shed.Status, shed.Error, shed.Header("Retry-After")), Is.EqualTo((503, "unavailable", "1")), shed.Text);
        Assert.That((await app.GetAsync("/portal/me")).Status, Is.EqualTo(503));
        Assert.That((await app.GetAsync("/healthz")).Status, Is.EqualTo(200));
        Assert.That((await app.GetAsync("/readyz")).Status, Is.EqualTo(200));
        Assert.That((await app.PostAsync("/v1/webhooks/stripe/tenant", new JsonObject())).Status, Is.EqualTo(400));

        await slow.SendAsync("{\"subject_ref\":\"user_1\"}");
        Assert.That(await slow.HearAsync(), Does.StartWith("HTTP/1.1 200"));
        // The next answer on a connection begins when the last request has ended, its slot included.
        await slow.SendHeadAsync("GET /healthz HTTP/1.1", "Host: x");
        Assert.That(await slow.HearAsync(), Does.StartWith("HTTP/1.1 200"));
        Assert.That((await CheckAsync(app)).Status, Is.EqualTo(200), "the slot is free again");
    }

    private static Task<Answer> CheckAsync(Wire app) => app.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1" });
}
