using System.Net;

namespace Licenzy.Testing.Tests;

public sealed class PayPageTests : StripeFixture
{
    [Test]
    public async Task The_page_shows_what_is_bought_and_three_ways_on()
    {
        var html = await Client.GetStringAsync(Url(await OpenAsync(Subscription())));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(html, Does.Contain("Pro &lt;plan&gt;").And.Contain("20.00 USD").And.Not.Contain("<plan>"));
            Assert.That(html, Does.Contain("value=\"pay\"").And.Contain("value=\"pay_later\"").And.Contain("value=\"cancel\""));
        }
    }

    [Test]
    public async Task Pay_sends_the_events_and_goes_to_the_success_page()
    {
        var session = await OpenAsync(Payment());
        using var response = await ClickAsync(session, "pay");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.SeeOther));
            Assert.That(response.Headers.Location!.ToString(), Is.EqualTo($"https://shop.example/ok?session={session}"));
            Assert.That(Hooks.Types, Is.EqualTo(new[] { "checkout.session.completed" }));
            Assert.That(Stripe.Sessions.Single().PaymentStatus, Is.EqualTo("paid"));
        }
    }

    [Test]
    public async Task Pay_later_completes_unpaid()
    {
        var session = await OpenAsync(Payment());
        using var response = await ClickAsync(session, "pay_later");
        Assert.That((response.StatusCode, Stripe.Sessions.Single().PaymentStatus), Is.EqualTo((HttpStatusCode.SeeOther, "unpaid")));
    }

    [Test]
    public async Task Cancel_goes_back_and_leaves_the_session_open()
    {
        var session = await OpenAsync(Payment());
        using var response = await ClickAsync(session, "cancel");
        Assert.That(response.Headers.Location!.ToString(), Is.EqualTo("https://shop.example/cart"));
        Assert.That((Stripe.Sessions.Single().Status, Hooks.All.Count), Is.EqualTo(("open", 0)));
    }

    [Test]
    public async Task A_second_click_does_not_pay_again()
    {
        var session = await OpenAsync(Payment());
        using var first = await ClickAsync(session, "pay");
        using var second = await ClickAsync(session, "pay");
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(Hooks.All, Has.Count.EqualTo(1));
        Assert.That(await Client.GetStringAsync(Url(session)), Does.Contain("complete").And.Not.Contain("<button"));
    }

    [Test]
    public async Task An_unknown_button_and_an_unknown_session_are_refused()
    {
        using var button = await ClickAsync(await OpenAsync(Payment()), "steal");
        using var session = await ClickAsync("cs_test_none", "pay");
        Assert.That((button.StatusCode, session.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task Without_a_cancel_url_there_is_no_way_back()
    {
        var html = await Client.GetStringAsync(Url(await OpenAsync(Payment(("-cancel_url", "")))));
        Assert.That(html, Does.Not.Contain("value=\"cancel\""));
    }

    private Uri Url(string session) => new(Stripe.BaseAddress, $"/pay/{session}");

    private async Task<HttpResponseMessage> ClickAsync(string session, string button)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("action", button)]);
        return await Client.PostAsync(Url(session), form);
    }
}
