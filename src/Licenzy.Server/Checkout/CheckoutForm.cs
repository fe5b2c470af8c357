using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Licenzy.Checkout;
using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Products;

namespace Licenzy.Server.Checkout;

/// <summary>What is sent to Stripe to make a Checkout Session.</summary>
internal static class CheckoutForm
{
    /// <summary>Our metadata begins so; callers may not.</summary>
    public const string MetadataPrefix = "licenzy_";

    /// <summary>The member that names the attempt, on the session and on what it makes.</summary>
    public const string AttemptKey = MetadataPrefix + "attempt_id";

    /// <summary>
    /// Stripe's key for the session: of the attempt and of what is asked, so that the same question never makes a second session, and another one
    /// is not taken for the same.
    /// </summary>
    public static string IdempotencyKey(CheckoutAttemptRow attempt) =>
        $"licenzy-{attempt.Id}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(attempt.StripeForm)).AsSpan(0, 4))}";

    /// <summary>The same form for a customer Stripe does not know yet.</summary>
    public static string WithoutCustomer(CheckoutAttemptRow attempt)
    {
        var fields = attempt.StripeForm.Split('&').Where(field => !field.StartsWith("customer=", StringComparison.Ordinal));
        return string.Join('&', attempt.Kind == EntitlementKind.Subscription.ToWord() ? fields : fields.Append("customer_creation=always"));
    }

    /// <summary>The form's text, as it goes over the wire.</summary>
    public static string Of(string attemptId, CreateCheckoutRequest request, ProductRow product, string? customerId, string returnPages)
    {
        var subscription = product.Terms.Kind == EntitlementKind.Subscription;
        var form = new List<KeyValuePair<string, string>>
        {
            new("mode", subscription ? "subscription" : "payment"),
            new("client_reference_id", attemptId),
            new("line_items[0][price]", product.StripePriceId),
            new("line_items[0][quantity]", (request.Quantity ?? 1).ToString(CultureInfo.InvariantCulture)),
            new("success_url", request.SuccessUrl ?? product.SuccessUrl ?? $"{returnPages}/success"),
            new("cancel_url", request.CancelUrl ?? product.CancelUrl ?? $"{returnPages}/cancel"),
        };
        if (customerId is not null)
        {
            form.Add(new("customer", customerId));
        }
        else
        {
            if (request.CustomerEmail is { } email)
            {
                form.Add(new("customer_email", email));
            }

            if (!subscription)
            {
                // Without it a payment leaves a guest, whom the next purchase could not reuse.
                form.Add(new("customer_creation", "always"));
            }
        }

        // Stripe copies a session's metadata to nothing it makes, and refuses the other mode's data.
        var made = subscription ? "subscription_data[metadata]" : "payment_intent_data[metadata]";
        foreach (var (name, value) in Metadata(attemptId, request))
        {
            form.Add(new($"metadata[{name}]", value));
            form.Add(new($"{made}[{name}]", value));
        }

        return string.Join('&', form.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
    }

    /// <summary>What the caller gave the attempt along, ours left out.</summary>
    public static IReadOnlyDictionary<string, string> MetadataOf(CheckoutAttemptRow attempt) =>
        attempt.StripeForm.Split('&')
            .Select(field => field.Split('=', 2))
            .Select(field => (Name: Uri.UnescapeDataString(field[0]), Value: Uri.UnescapeDataString(field[^1])))
            .Where(field => field.Name.StartsWith("metadata[", StringComparison.Ordinal) && !field.Name.StartsWith("metadata[" + MetadataPrefix, StringComparison.Ordinal))
            .ToDictionary(field => field.Name["metadata[".Length..^1], field => field.Value, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> Metadata(string attemptId, CreateCheckoutRequest request) =>
    [
        new(AttemptKey, attemptId),
        new(MetadataPrefix + "subject_ref", request.SubjectRef),
        new(MetadataPrefix + "product_code", request.ProductCode),
        .. request.Metadata ?? new Dictionary<string, string>(),
    ];
}
