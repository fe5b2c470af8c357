namespace Licenzy.Testing.Tests;

public sealed class StripeInvoiceLineTests : StripeFixture
{
    [Test]
    public async Task An_invoice_shows_ten_lines_and_lists_them_all()
    {
        var id = (await Stripe.PayAsync(await OpenAsync(Subscription()))).Subscription!;
        for (var n = 0; n < 12; n++)
        {
            Stripe.AddPrice($"price_extra_{n}", 100, recurring: true);
            await Stripe.AddItemAsync(id, $"price_extra_{n}");
        }

        var invoice = (await Stripe.RenewAsync(id)).LatestInvoice!;
        var shown = (await GetAsync($"/v1/invoices/{invoice}")).Json["lines"]!;
        var all = (await GetAsync($"/v1/invoices/{invoice}/lines?limit=100")).Json;
        var rest = (await GetAsync($"/v1/invoices/{invoice}/lines?starting_after={(string)shown["data"]![9]!["id"]!}")).Json;

        using (Assert.EnterMultipleScope())
        {
            Assert.That((shown["data"]!.AsArray().Count, (bool)shown["has_more"]!, (int)shown["total_count"]!), Is.EqualTo((10, true, 13)));
            Assert.That((all["data"]!.AsArray().Count, (bool)all["has_more"]!), Is.EqualTo((13, false)));
            Assert.That(
                shown["data"]!.AsArray().Concat(rest["data"]!.AsArray()).Select(line => (string)line!["id"]!),
                Is.EqualTo(all["data"]!.AsArray().Select(line => (string)line!["id"]!)));
            Assert.That((await GetAsync($"/v1/invoices/{invoice}/lines?status=paid")).Error("param"), Is.EqualTo("status"));
            Assert.That((await GetAsync("/v1/invoices/in_none/lines")).Status, Is.EqualTo(404));
        }
    }
}
