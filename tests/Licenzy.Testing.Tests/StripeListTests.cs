namespace Licenzy.Testing.Tests;

public sealed class StripeListTests : StripeFixture
{
    [Test]
    public async Task Pages_are_newest_first_and_together_the_whole()
    {
        var all = new List<string>();
        for (var i = 0; i < 23; i++)
        {
            all.Insert(0, (await Stripe.PayAsync(await OpenAsync(Payment()))).Id);
            Stripe.Advance(TimeSpan.FromSeconds(i % 2));
        }

        var first = await ListAsync("/v1/checkout/sessions");
        var second = await ListAsync($"/v1/checkout/sessions?starting_after={first.Ids[^1]}&limit=100");
        var back = await ListAsync($"/v1/checkout/sessions?ending_before={all[15]}&limit=5");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Ids, first.HasMore), Is.EqualTo((all[..10], true)));
            Assert.That((second.Ids, second.HasMore), Is.EqualTo((all[10..], false)));
            Assert.That((back.Ids, back.HasMore), Is.EqualTo((all[10..15], true)));
        }
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=101", "limit")]
    [TestCase("limit=ten", "limit")]
    [TestCase("colour=red", "colour")]
    [TestCase("created[about]=1", "created[about]")]
    [TestCase("starting_after=ch_none", "starting_after")]
    [TestCase("expand[]=colour", "expand")]
    [TestCase("expand[]=data.colour", "expand")]
    [TestCase("expand[]=customer", "expand")]
    public async Task A_list_refuses_what_stripe_refuses(string query, string param)
    {
        var answer = await GetAsync($"/v1/charges?{query}");
        Assert.That((answer.Status, answer.Error("param")), Is.EqualTo((400, param)), answer.Text);
    }

    [Test]
    public async Task Both_cursors_exclude_each_other()
    {
        await Stripe.PayAsync(await OpenAsync(Payment()));
        var id = Stripe.Charges.Single().Id;
        Assert.That((await GetAsync($"/v1/charges?starting_after={id}&ending_before={id}")).Error("code"), Is.EqualTo("parameters_exclusive"));
    }

    [Test]
    public async Task Created_is_a_range_with_and_without_its_ends()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await Stripe.PayAsync(await OpenAsync(Payment()))).PaymentIntent!);
            Stripe.Advance(TimeSpan.FromSeconds(10));
        }

        var charges = Stripe.Charges.Select(charge => charge.Id).ToList();
        var at = Start.ToUnixTimeSeconds();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await ListAsync($"/v1/charges?created[gte]={at + 10}")).Ids, Is.EqualTo(new[] { charges[2], charges[1] }));
            Assert.That((await ListAsync($"/v1/charges?created[gt]={at + 10}")).Ids, Is.EqualTo(new[] { charges[2] }));
            Assert.That((await ListAsync($"/v1/charges?created[gt]={at}&created[lt]={at + 20}")).Ids, Is.EqualTo(new[] { charges[1] }));
            Assert.That((await ListAsync($"/v1/charges?created={at}")).Ids, Is.EqualTo(new[] { charges[0] }));
            Assert.That((await ListAsync($"/v1/charges?payment_intent={ids[1]}")).Ids, Is.EqualTo(new[] { charges[1] }));
        }
    }

    [Test]
    public async Task Subscriptions_are_found_by_status_price_and_customer()
    {
        var going = await SubscribeAsync();
        var ended = await SubscribeAsync(("line_items[0][price]", "price_year"));
        await Stripe.CancelNowAsync(ended);
        var customer = Stripe.Subscriptions[0].Customer;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await ListAsync("/v1/subscriptions")).Ids, Is.EqualTo(new[] { going }));
            Assert.That((await ListAsync("/v1/subscriptions?status=all")).Ids, Is.EqualTo(new[] { ended, going }));
            Assert.That((await ListAsync("/v1/subscriptions?status=ended")).Ids, Is.EqualTo(new[] { ended }));
            Assert.That((await ListAsync("/v1/subscriptions?status=all&price=price_year")).Ids, Is.EqualTo(new[] { ended }));
            Assert.That((await ListAsync($"/v1/subscriptions?status=all&customer={customer}")).Ids, Is.EqualTo(new[] { going }));
            Assert.That((await GetAsync("/v1/subscriptions?status=gone")).Status, Is.EqualTo(400));
            Assert.That((await GetAsync("/v1/subscriptions?test_clock=clock_1")).Status, Is.EqualTo(501));
        }
    }

    [Test]
    public async Task From_a_charge_there_is_a_way_to_session_invoice_and_subscription()
    {
        var once = await Stripe.PayAsync(await OpenAsync(Payment()));
        var bought = await Stripe.PayAsync(await OpenAsync(Subscription()));
        var refund = await Stripe.RefundAsync(bought.Invoice!, 100);
        var dispute = await Stripe.DisputeAsync(once.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await ListAsync($"/v1/checkout/sessions?payment_intent={once.PaymentIntent}")).Ids, Is.EqualTo(new[] { once.Id }));
            Assert.That((await ListAsync($"/v1/checkout/sessions?subscription={bought.Subscription}")).Ids, Is.EqualTo(new[] { bought.Id }));
            Assert.That((await ListAsync($"/v1/invoices?subscription={bought.Subscription}")).Ids, Is.EqualTo(new[] { bought.Invoice }));
            Assert.That((await ListAsync($"/v1/refunds?charge={refund.Charge}")).Ids, Is.EqualTo(new[] { refund.Id }));
            Assert.That((await ListAsync($"/v1/refunds?payment_intent={once.PaymentIntent}")).Ids, Is.Empty);
            Assert.That((await ListAsync($"/v1/disputes?payment_intent={once.PaymentIntent}")).Ids, Is.EqualTo(new[] { dispute.Id }));
            var link = (await GetAsync(
                $"/v1/invoice_payments?payment[type]=payment_intent&payment[payment_intent]={refund.PaymentIntent}&expand[]=data.invoice")).Json["data"]![0]!;
            Assert.That((string?)link["invoice"]!["id"], Is.EqualTo(bought.Invoice));
            Assert.That((string?)link["payment"]!["payment_intent"], Is.EqualTo(refund.PaymentIntent));
            Assert.That((await ListAsync($"/v1/invoice_payments?invoice={bought.Invoice}&status=open")).Ids, Is.Empty);
            Assert.That((await GetAsync($"/v1/invoice_payments?payment[payment_intent]={refund.PaymentIntent}")).Error("param"), Is.EqualTo("payment[type]"));
        }
    }

    [Test]
    public async Task What_is_asked_for_whole_is_whole_to_four_levels()
    {
        var once = await Stripe.PayAsync(await OpenAsync(Payment()));
        await Stripe.RefundAsync(once.Id, 100);
        var session = (await GetAsync($"/v1/checkout/sessions/{once.Id}?expand[]=payment_intent.latest_charge.refunds.data")).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)session["payment_intent"]!["latest_charge"]!["object"], Is.EqualTo("charge"));
            Assert.That((int?)session["payment_intent"]!["latest_charge"]!["refunds"]!["data"]![0]!["amount"], Is.EqualTo(100));
            Assert.That(
                (await GetAsync($"/v1/checkout/sessions/{once.Id}?expand[]=payment_intent.latest_charge.refunds.data.charge")).Error("message"),
                Does.Contain("4 levels"));
            Assert.That((await GetAsync($"/v1/checkout/sessions/{once.Id}?expand[]=payment_intent.colour")).Status, Is.EqualTo(400));
        }
    }

    private async Task<(string[] Ids, bool HasMore)> ListAsync(string path)
    {
        var answer = await GetAsync(path);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return ([.. answer.Json["data"]!.AsArray().Select(one => (string)one!["id"]!)], (bool)answer.Json["has_more"]!);
    }
}
