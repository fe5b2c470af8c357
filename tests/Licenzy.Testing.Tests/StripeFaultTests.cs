using System.Net;

namespace Licenzy.Testing.Tests;

public sealed class StripeFaultTests : StripeFixture
{
    [Test]
    public async Task A_fault_can_wait_for_its_route()
    {
        Stripe.FailNext(1, HttpStatusCode.TooManyRequests, "rate_limit", "/v1/prices", TimeSpan.FromSeconds(7));
        Stripe.DropNext(path: "/v1/account");
        var other = await GetAsync("/v1/charges");
        var limited = await GetAsync("/v1/prices/price_once");
        var after = await GetAsync("/v1/prices/price_once");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((other.Status, limited.Status, after.Status), Is.EqualTo((200, 429, 200)));
            Assert.That(limited.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(7)));
            Assert.That(after.Headers.RetryAfter, Is.Null);
            Assert.ThrowsAsync<HttpRequestException>(() => GetAsync("/v1/account"));
            Assert.That((await GetAsync("/v1/account")).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task Every_answer_has_the_doubles_time_and_an_id()
    {
        Stripe.Advance(TimeSpan.FromDays(100));
        foreach (var path in new[] { "/v1/account", "/v1/charges", "/v1/charges/ch_none" })
        {
            var answer = await GetAsync(path);
            Assert.That((answer.Headers.Date, answer.Headers.Contains("Request-Id")), Is.EqualTo(((DateTimeOffset?)Start.AddDays(100), true)));
        }
    }
}
