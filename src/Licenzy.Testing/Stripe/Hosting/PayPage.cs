using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Testing;

/// <summary>The page a payer sees: what it costs, and three ways on. Plain forms, so that it works in any browser.</summary>
internal sealed class PayPage(StripeDouble stripe)
{
    private const string NotFound = "There is no such checkout.";

    public async Task HandleAsync(HttpContext context)
    {
        var session = stripe.FindSession(context.Request.Path.Value!["/pay/".Length..]);
        if (session is null)
            await ShowAsync(context, StatusCodes.Status404NotFound, Paragraph(NotFound)).ConfigureAwait(false);
        else if (HttpMethods.IsPost(context.Request.Method))
            await ActAsync(context, session).ConfigureAwait(false);
        else
            await ShowAsync(context, StatusCodes.Status200OK, Offer(session)).ConfigureAwait(false);
    }

    private async Task ActAsync(HttpContext context, StripeCheckoutSession session)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var action = form["action"].ToString();
        if (action == "cancel" && session.CancelUrl is not null)
        {
            SeeOther(context, session.CancelUrl);
            return;
        }

        if (action is not ("pay" or "pay_later"))
        {
            await ShowAsync(context, StatusCodes.Status400BadRequest, Paragraph("Choose one of the buttons.")).ConfigureAwait(false);
            return;
        }

        try
        {
            // A second click, or a click too late, must not pay again; the payer's leaving must not lose the events.
            _ = action == "pay"
                ? await stripe.PayAsync(session.Id, cancellationToken: CancellationToken.None).ConfigureAwait(false)
                : await stripe.PayLaterAsync(session.Id, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
        catch (InvalidOperationException e)
        {
            await ShowAsync(context, StatusCodes.Status409Conflict, Paragraph(e.Message)).ConfigureAwait(false);
            return;
        }

        SeeOther(context, session.SuccessUrl.Replace("{CHECKOUT_SESSION_ID}", session.Id, StringComparison.Ordinal));
    }

    private static string Offer(StripeCheckoutSession session)
    {
        if (session.Status != "open")
            return Paragraph($"This checkout is {session.Status}.");
        var rows = session.LineItems.Select(line =>
            $"<tr><td>{Encode(line.Price.ProductName)}</td><td>× {line.Quantity}</td><td>{Money(line.Amount, line.Price.Currency)}{Every(line.Price)}</td></tr>");
        var cancel = session.CancelUrl is null ? "" : """<button name="action" value="cancel">Cancel</button>""";
        return $"""
            <table>{string.Concat(rows)}<tr><th>Due now</th><td></td><th>{Money(session.AmountTotal, session.Currency)}</th></tr></table>
            <form method="post">
            <button name="action" value="pay">Pay</button>
            <button name="action" value="pay_later">Pay later</button>
            {cancel}
            </form>
            """;
    }

    private static Task ShowAsync(HttpContext context, int status, string content)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        var page = $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Test checkout</title>
            <style>body{font:1.1rem system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}td,th{padding:.3rem 1rem .3rem 0;text-align:left}button{font:inherit;padding:.5rem 1rem;margin:1rem .5rem 0 0}</style>
            </head><body><h1>Test checkout</h1><p>No money moves here.</p>{{content}}</body></html>
            """;
        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static void SeeOther(HttpContext context, string url)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = new Uri(url).AbsoluteUri;
    }

    private static string Money(long amount, string currency) =>
        Encode(string.Create(CultureInfo.InvariantCulture, $"{amount / 100m:0.00} {currency.ToUpperInvariant()}"));

    private static string Every(StripePrice price) => price.Interval is null ? "" : Encode($" every {price.IntervalCount} {price.Interval}");

    private static string Paragraph(string text) => $"<p>{Encode(text)}</p>";

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
