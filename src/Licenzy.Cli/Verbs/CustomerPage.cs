using System.Globalization;
using Licenzy.Access;
using Licenzy.Portal;
using Spectre.Console;

namespace Licenzy.Cli.Verbs;

/// <summary>A customer in words and tables: the verdict first, then what led to it.</summary>
internal static class CustomerPage
{
    public static void Print(CustomerResponse customer)
    {
        var decision = customer.Decision;
        AnsiConsole.MarkupLine($"{Markup.Escape(customer.SubjectRef)}: {(decision.Allowed ? "[green]allowed[/]" : "[red]denied[/]")}, {Markup.Escape(decision.Reason)}");
        Console.WriteLine(string.Join("; ", Facts(customer)));
        Section("Rights", customer.Entitlements, ["id", "product", "kind", "status", "usable", "why", "units left", "ends"], Right);
        Section("History", customer.History, ["when", "what", "by", "who", "right", "product", "status", "units left", "cause", "note"], Change);
        Section("Attempts to buy", customer.CheckoutAttempts, ["attempt", "product", "quantity", "status", "Stripe session", "started", "payable until"], Checkout);
        Section("Units", customer.Usage, ["when", "what", "units", "left", "right", "who", "cause"], Usage);
    }

    private static IEnumerable<string> Facts(CustomerResponse customer)
    {
        yield return $"status {customer.Decision.Status}";
        yield return $"version {customer.Version.ToString(CultureInfo.InvariantCulture)}";
        yield return customer.StripeCustomerId is { } id ? $"Stripe customer {id}" : "no Stripe customer";
        yield return $"since {PortalCall.Time(customer.CreatedAt)}";
        if (customer.Decision.NextChangeAt is { } flip)
        {
            yield return $"{(customer.Decision.Allowed ? "denied" : "allowed")} from {PortalCall.Time(flip)} if nothing happens";
        }
    }

    private static void Section<T>(string title, CustomerSection<T> section, string[] columns, Func<T, string?[]> row)
    {
        Console.WriteLine();
        Console.WriteLine(section.Data.Count == 0 ? $"{title}: none." : $"{title}, newest first{(section.Truncated ? "; older ones are left out" : "")}:");
        if (section.Data.Count > 0)
        {
            PortalCall.Table(columns, section.Data.Select(row));
        }
    }

    private static string?[] Right(EntitlementResponse right) =>
    [
        right.Id, right.ProductCode, right.Kind, right.Status, right.Available ? "yes" : "no", right.AvailabilityReason, Number(right.UsageRemaining),
        PortalCall.Time(right.ExpiresAt),
    ];

    private static string?[] Change(CustomerChange change) =>
    [
        PortalCall.Time(change.At), change.Reason, change.Source, change.Actor, change.EntitlementId, change.ProductCode, change.Status,
        Number(change.UsageRemaining), change.CauseId == change.EntitlementId ? null : change.CauseId, change.Note,
    ];

    private static string?[] Checkout(CustomerCheckout attempt) =>
    [
        attempt.AttemptId, attempt.ProductCode, Number(attempt.Quantity), attempt.Status, attempt.StripeCheckoutSessionId, PortalCall.Time(attempt.CreatedAt),
        PortalCall.Time(attempt.ExpiresAt),
    ];

    private static string?[] Usage(CustomerUsage row) =>
    [
        PortalCall.Time(row.At), row.Kind, row.Units.ToString("+0;-0", CultureInfo.InvariantCulture), Number(row.BalanceAfter), row.EntitlementId, row.Actor,
        row.CauseId == row.EntitlementId ? null : row.CauseId,
    ];

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
