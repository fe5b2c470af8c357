using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Checkout;

/// <summary>Where Stripe sends a customer back to, unless the checkout or its product says otherwise.</summary>
internal static class ReturnPages
{
    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapGet("/checkout/success", () => Page("Payment received", "Thank you. You may close this window and go back to the app."))
            .WithSummary("Where Stripe sends a customer by default after payment").Produces<string>(contentType: "text/html");
        root.MapGet("/checkout/cancel", () => Page("Nothing was paid", "You turned back before paying. You may close this window."))
            .WithSummary("Where Stripe sends a customer by default who turned back").Produces<string>(contentType: "text/html");
    }

    private static IResult Page(string title, string text) => Results.Content(
        $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
        <body><h1>{title}</h1><p>{text}</p></body></html>

        """,
        "text/html; charset=utf-8");
}
