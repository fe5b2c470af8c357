using System.CommandLine;
using System.Globalization;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy customers</c>: who they are, why one may proceed or may not, and what an operator does for them.</summary>
internal static class CustomersCommand
{
    public static Command Create() => new("customers", "Who bought, why one is let in or not, and rights by hand.")
    {
        List(), Show(), CustomerChanges.Grant(), CustomerChanges.Revoke(), CustomerChanges.Adjust(),
    };

    /// <summary>Your own id of the customer.</summary>
    public static Argument<string> Subject() => new("subject") { Description = "Your own id of the customer." };

    private static Command List()
    {
        var query = new Argument<string?>("query")
        {
            Description = "The beginning of a subject, or a whole id: of a Stripe customer, subscription, session or payment, or of an attempt.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 100.", DefaultValueFactory = _ => 25 };
        var cursor = new Option<string?>("--cursor") { Description = "Where the page before ended." };
        var mode = PortalVerb.Mode();
        return PortalVerb.Create("list", "A mode's customers, newest first.", [query, mode, limit, cursor], async call =>
        {
            var page = await call.Portal.ListCustomersAsync(
                call.Parsed.GetValue(mode)!, call.Parsed.GetValue(query), call.Parsed.GetValue(limit), call.Parsed.GetValue(cursor), call.CancellationToken)
                .ConfigureAwait(false);
            call.Tell(page, LicenzyJson.Default.PageCustomerSummary, customers => Print(customers, call.Parsed.GetValue(mode)!));
        });
    }

    private static Command Show()
    {
        var (subject, mode) = (Subject(), PortalVerb.Mode());
        return PortalVerb.Create("show", "Why a customer is let in or not, and what came before.", [subject, mode], async call =>
        {
            var (name, word) = (call.Parsed.GetValue(subject)!, call.Parsed.GetValue(mode)!);
            var customer = await FoundAsync(call.Portal.GetCustomerAsync(name, word, call.CancellationToken), $"No customer {name} in {word} mode.").ConfigureAwait(false);
            call.Tell(customer, LicenzyJson.Default.CustomerResponse, CustomerPage.Print);
        });
    }

    /// <summary>The answer; where there is none, a sentence that says where else to look.</summary>
    public static async Task<T> FoundAsync<T>(Task<T> asking, string nothing)
    {
        try
        {
            return await asking.ConfigureAwait(false);
        }
        catch (LicenzyApiException refused) when (refused.Code == ErrorCodes.NotFound)
        {
            throw new NotThereException($"{nothing} Look in the other --mode or --workspace, or search: licenzy customers list. (request {refused.RequestId})");
        }
    }

    private static void Print(Page<CustomerSummary> customers, string mode)
    {
        if (customers.Data.Count == 0)
        {
            Console.WriteLine($"No such customers in {mode} mode. A checkout or a grant makes one: licenzy customers grant user_1 PRO --reason …");
            return;
        }

        PortalCall.Table(
            ["subject", "access", "status", "why", "version", "Stripe customer", "since", "changed"],
            customers.Data.Select(customer => new[]
            {
                customer.SubjectRef, customer.HasAccess ? "yes" : "no", customer.Status, customer.Reason,
                customer.Version.ToString(CultureInfo.InvariantCulture), customer.StripeCustomerId,
                PortalCall.Time(customer.CreatedAt), PortalCall.Time(customer.UpdatedAt),
            }));
        if (customers.NextCursor is { } next)
        {
            Console.WriteLine($"There are more: add --cursor {next}");
        }
    }
}
