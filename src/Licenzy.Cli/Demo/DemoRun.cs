using Licenzy.Checkout;
using Licenzy.Usage;
using Spectre.Console;

namespace Licenzy.Cli.Demo;

/// <summary>One thing the demo promises, and what really happened.</summary>
internal sealed record DemoStep(string What, string Promised, string Seen)
{
    public bool Kept => Promised == Seen;
}

/// <summary>The story: denied, checkout, paid, webhook, allowed, another product's door stays shut, units to the last one.</summary>
internal static class DemoRun
{
    private const string Subject = "user_123";

    public static async Task<int> RunAsync(bool keep, FileInfo? variables, CancellationToken cancellationToken)
    {
        // Before the story, not after it: a file that cannot be written is noticed now.
        DemoVariables.Try(variables);
        var shop = await DemoShop.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (shop.ConfigureAwait(false))
        {
            var steps = new List<DemoStep>();
            await foreach (var step in StoryAsync(shop, cancellationToken).ConfigureAwait(false))
            {
                steps.Add(step);
            }

            Show(steps);
            if (keep || variables is not null)
            {
                await StayAsync(shop, variables, cancellationToken).ConfigureAwait(false);
            }

            return ExitCode(steps);
        }
    }

    /// <summary>0 only where every step was as promised.</summary>
    public static int ExitCode(IReadOnlyCollection<DemoStep> steps) => steps.Count > 0 && steps.All(step => step.Kept) ? 0 : 1;

    private static async IAsyncEnumerable<DemoStep> StoryAsync(
        DemoShop shop, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new("access check before paying", "denied", await CheckAsync(shop, cancellationToken).ConfigureAwait(false));
        yield return new("GET /reports, needs PRO", "402", await VisitAsync(shop, "/reports", cancellationToken).ConfigureAwait(false));

        var pro = await BuyAsync(shop, "PRO", cancellationToken).ConfigureAwait(false);
        yield return new("checkout session for PRO", "created", pro.Status);
        yield return new("access check, not paid yet", "denied", await CheckAsync(shop, cancellationToken).ConfigureAwait(false));
        yield return new("the customer pays at Stripe", "paid", (await shop.Stripe.PayAsync(pro.CheckoutUrl, cancellationToken: cancellationToken).ConfigureAwait(false)).PaymentStatus);
        yield return new("Stripe's signed events delivered", "200 each", Deliveries(shop));
        yield return new("access check after paying", "allowed", await CheckAsync(shop, cancellationToken).ConfigureAwait(false));
        yield return new("GET /reports, needs PRO", "200", await VisitAsync(shop, "/reports", cancellationToken).ConfigureAwait(false));
        yield return new("GET /team, needs TEAM", "402", await VisitAsync(shop, "/team", cancellationToken).ConfigureAwait(false));

        var pack = await BuyAsync(shop, "PACK100", cancellationToken).ConfigureAwait(false);
        yield return new("a pack of 100 units is paid", "paid", (await shop.Stripe.PayAsync(pack.CheckoutUrl, cancellationToken: cancellationToken).ConfigureAwait(false)).PaymentStatus);
        yield return new("consume 60 units", "40 left", await ConsumeAsync(shop, 60, cancellationToken).ConfigureAwait(false));
        yield return new("consume 50 units", "insufficient_usage", await ConsumeAsync(shop, 50, cancellationToken).ConfigureAwait(false));
        yield return new("consume 40 units", "0 left", await ConsumeAsync(shop, 40, cancellationToken).ConfigureAwait(false));
        yield return new("consume 1 unit, exhausted", "insufficient_usage", await ConsumeAsync(shop, 1, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<string> CheckAsync(DemoShop shop, CancellationToken cancellationToken) =>
        (await shop.Client.CheckAccessAsync(Subject, cancellationToken).ConfigureAwait(false)).Allowed ? "allowed" : "denied";

    private static Task<CheckoutSessionResponse> BuyAsync(DemoShop shop, string product, CancellationToken cancellationToken) =>
        shop.Client.CreateCheckoutAsync(new CreateCheckoutRequest { SubjectRef = Subject, ProductCode = product }, cancellationToken: cancellationToken);

    private static async Task<string> VisitAsync(DemoShop shop, string path, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = shop.ApiAddress };
        http.DefaultRequestHeaders.Add("X-User", Subject);
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken).ConfigureAwait(false);
        return ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<string> ConsumeAsync(DemoShop shop, long units, CancellationToken cancellationToken)
    {
        try
        {
            var taken = await shop.Client.ConsumeUsageAsync(new ConsumeUsageRequest { SubjectRef = Subject, Units = units }, cancellationToken: cancellationToken).ConfigureAwait(false);
            return $"{taken.UsageRemaining} left";
        }
        catch (LicenzyApiException refused)
        {
            return refused.Code;
        }
    }

    private static string Deliveries(DemoShop shop)
    {
        var statuses = shop.Stripe.Events.SelectMany(sent => sent.Deliveries).Select(delivery => (int?)delivery.Status).Distinct().ToList();
        return statuses is [200] ? "200 each" : string.Join(", ", statuses.Select(status => status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no answer"));
    }

    private static void Show(List<DemoStep> steps)
    {
        var table = new Table().Title("Money in, access out").AddColumns("", "step", "promised", "seen");
        foreach (var step in steps)
        {
            table.AddRow(step.Kept ? "[green]✓[/]" : "[red]✗[/]", Markup.Escape(step.What), Markup.Escape(step.Promised), Markup.Escape(step.Seen));
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine(steps.All(step => step.Kept)
            ? $"[green]All {steps.Count} steps as promised.[/]"
            : $"[red]{steps.Count(step => !step.Kept)} of {steps.Count} steps were not as promised.[/]");
    }

    // Without the slash at its end, ready to have a path put behind it.
    private static string Plain(Uri address) => address.AbsoluteUri.TrimEnd('/');

    private static async Task StayAsync(DemoShop shop, FileInfo? variables, CancellationToken cancellationToken)
    {
        var open = await shop.Client.CreateCheckoutAsync(
            new CreateCheckoutRequest { SubjectRef = "user_456", ProductCode = "PRO" }, cancellationToken: cancellationToken).ConfigureAwait(false);
        // These keys live as long as this process and its temporary folder.
        Console.WriteLine(
            $"""

            Still running; stop with Ctrl+C.
              Licenzy server   {Plain(shop.Server.BaseAddress)}
              runtime key      {shop.Server.TestKey}
              admin key        {shop.Server.AdminKey}
              gated API        {Plain(shop.ApiAddress)}/reports   (send the header X-User)
              Stripe double    {Plain(shop.Stripe.BaseAddress)}
              its secret key   {shop.Stripe.SecretKey}
              webhook secret   {shop.Stripe.WebhookSecret}
              pay as user_456  {open.CheckoutUrl}
            Stripe has one price more, price_basic, for a product of your own.
            """);
        using var file = variables is null ? null : new DemoVariables(variables.FullName, shop);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}
