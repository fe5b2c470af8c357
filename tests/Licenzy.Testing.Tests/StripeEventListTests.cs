using System.Net;

namespace Licenzy.Testing.Tests;

public sealed class StripeEventListTests : StripeFixture
{
    [Test]
    public async Task Events_can_be_read_as_they_were_sent()
    {
        await SubscribeAsync();
        var ids = Stripe.Events.Select(made => made.Id).Reverse().ToArray();
        var one = await GetAsync($"/v1/events/{ids[0]}", StripeEvents.OlderApiVersion);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ListAsync(""), Is.EqualTo(ids));
            Assert.That(await ListAsync("types[]=invoice.paid&types[]=checkout.session.completed"), Is.EqualTo(new[] { ids[1], ids[4] }));
            Assert.That(await ListAsync("type=customer.subscription.*"), Is.EqualTo(ids[2..4]));
            Assert.That(await ListAsync($"starting_after={ids[2]}&limit=1"), Is.EqualTo(ids[3..4]));
            Assert.That((string?)one.Json["api_version"], Is.EqualTo(StripeEvents.CurrentApiVersion), "the version it was made in, not the one asked for");
            Assert.That((await GetAsync("/v1/events?type=a&types[]=b")).Status, Is.EqualTo(400));
        }
    }

    [Test]
    public async Task Events_are_forgotten_after_thirty_days()
    {
        await Stripe.PayAsync(await OpenAsync(Payment()));
        var id = Stripe.Events.Single().Id;
        Stripe.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.That(await ListAsync(""), Is.EqualTo(new[] { id }));
        Stripe.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await ListAsync(""), Is.Empty);
        Assert.That((await GetAsync($"/v1/events/{id}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task What_a_server_missed_can_be_listed_and_sent_again()
    {
        Hooks.Answer = HttpStatusCode.ServiceUnavailable;
        await SubscribeAsync();
        Hooks.Answer = HttpStatusCode.OK;
        var late = await Stripe.PayAsync(await OpenAsync(Payment()));
        Assert.That(await ListAsync("delivery_success=false"), Has.Length.EqualTo(5));
        var answers = await Stripe.RedeliverFailedAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers, Is.EqualTo(Enumerable.Repeat(HttpStatusCode.OK, 5)));
            Assert.That(await ListAsync("delivery_success=false"), Is.Empty);
            Assert.That((await Stripe.RedeliverFailedAsync()).Count, Is.Zero);
            Assert.That(late.Status, Is.EqualTo("complete"));
        }
    }

    private async Task<string[]> ListAsync(string query) =>
        [.. (await GetAsync($"/v1/events?{query}")).Json["data"]!.AsArray().Select(one => (string)one!["id"]!)];
}
