using System.Net.Mail;
using Licenzy.Checkout;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Checkout;

/// <summary>Starting a purchase (CONTRACT §1).</summary>
internal static class CheckoutEndpoints
{
    private const int MostQuantity = 1000;
    private const int MostMetadata = 20;

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/checkout/session", StartAsync)
            .WithSummary("Start a purchase at Stripe")
            .RequiringIdempotencyKey()
            .Produces<CheckoutSessionResponse>(StatusCodes.Status201Created)
            .Produces<LicenzyProblem>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<LicenzyProblem>(StatusCodes.Status409Conflict, "application/problem+json")
            .Produces<LicenzyProblem>(StatusCodes.Status502BadGateway, "application/problem+json");

    private static Task<IResult> StartAsync(
        Body<CreateCheckoutRequest> body, IdempotencyKey key, Caller caller, CheckoutDesk desk, HttpContext context)
    {
        Check(body.Value);
        return desk.StartAsync(body.Value, Idempotency.Place(context, caller.Scope, key.Required().Value!), body.Hash, context);
    }

    private static void Check(CreateCheckoutRequest request) =>
        new FieldErrors()
            .Require(SubjectRef.IsValid(request.SubjectRef), "subject_ref", SubjectRef.Rule)
            .Text(request.ProductCode, "product_code", longest: 64)
            .Range(request.Quantity, "quantity", 1, MostQuantity)
            .WebAddress(request.SuccessUrl, "success_url")
            .WebAddress(request.CancelUrl, "cancel_url")
            .Require(request.CustomerEmail is null || IsEmail(request.CustomerEmail), "customer_email", "must be an e-mail address, and nothing else.")
            .Require(request.Metadata is null || (request.Metadata.Count <= MostMetadata && request.Metadata.All(IsEntry)), "metadata",
                $"takes at most {MostMetadata} entries, names of 1 to 40 characters without '[' and ']' that do not begin with {CheckoutForm.MetadataPrefix}, values of up to 500 characters.")
            .ThrowIfAny();

    // The parser also takes a display name and white space around; Stripe does not.
    private static bool IsEmail(string text) => text.Length <= 512 && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text;

    private static bool IsEntry(KeyValuePair<string, string> entry) =>
        entry is { Key.Length: >= 1 and <= 40, Value.Length: >= 1 and <= 500 }
        && entry.Key.AsSpan().IndexOfAny('[', ']') < 0
        && !entry.Key.StartsWith(CheckoutForm.MetadataPrefix, StringComparison.Ordinal);
}
