using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Secrets;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Stripe;

public sealed class StripeSilenceTests
{
    [Test]
    public async Task While_Stripe_is_away_the_log_says_why_in_one_line()
    {
        var stripe = await StripeDouble.StartAsync();
        await stripe.DisposeAsync();
        using var logs = new CapturedLogs();
        await using var server = await LicenzyTestServer.StartAsync(new LicenzyTestServerOptions { StripeApiBase = stripe.BaseAddress, Logs = logs });
        using var portal = new Wire(server.CreateClient(server.AdminKey));

        var answer = await portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject { ["mode"] = "test", ["secret_key"] = stripe.SecretKey });

        Assert.That((answer.Status, answer.Error), Is.EqualTo((503, "unavailable")), answer.Text);
        var said = logs.Lines.Single(line => line.Contains("Stripe could not be reached", StringComparison.Ordinal));
        Assert.That(said, Does.Contain("refused").And.Not.Contain("\n").And.Not.Contain(" at System"));
    }
}
