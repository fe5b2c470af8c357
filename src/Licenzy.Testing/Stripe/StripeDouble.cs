using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Testing;

/// <summary>
/// A Stripe to test against, on a free port of this machine: it refuses what Stripe refuses, shows a pay page that works in a browser, and sends
/// signed events. What it does not model it answers with 501 and the code <c>not_modelled</c>, never with a guess.
/// </summary>
public sealed partial class StripeDouble : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly StripeBooks books = new();
    private readonly DoubleClock clock;
    private readonly FaultPlan faults = new();
    private readonly EventOutbox outbox;
    private readonly StripeDoubleOptions options;
    private ApiHost? api;

    private StripeDouble(StripeDoubleOptions options)
    {
        this.options = options;
        clock = new DoubleClock(options.TimeProvider);
        outbox = new EventOutbox(clock, options.ApiVersion);
        SecretKey = options.SecretKey ?? StripeIds.New(options.Livemode ? "sk_live_51" : "sk_test_51", 97);
        WebhookSecret = options.WebhookSecret ?? StripeIds.New("whsec_", 32);
        AccountId = options.AccountId ?? StripeIds.New("acct_1", 15);

        // The empty builder reads no settings of the host it runs in: the port is free and the address loopback, always.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(HandleAsync);
    }

    /// <summary>Where it listens: what a client takes for <c>https://api.stripe.com</c>.</summary>
    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>The one key it accepts.</summary>
    public string SecretKey { get; }

    /// <summary>The secret it signs events with, unless <see cref="SendEventsTo"/> gave another.</summary>
    public string WebhookSecret { get; }

    /// <summary>The account, as <c>GET /v1/account</c> names it.</summary>
    public string AccountId { get; }

    /// <summary>The time at this Stripe: the clock's, plus what was advanced, in whole seconds.</summary>
    public DateTimeOffset Now => clock.Now;

    /// <summary>Every API request so far, in the order they were decided.</summary>
    public IReadOnlyList<StripeRequest> Requests => api!.Requests;

    /// <summary>Starts a double.</summary>
    public static async Task<StripeDouble> StartAsync(StripeDoubleOptions? options = null, CancellationToken cancellationToken = default)
    {
        var stripe = new StripeDouble(options ?? new StripeDoubleOptions());
        try
        {
            await stripe.ListenAsync(cancellationToken).ConfigureAwait(false);
            return stripe;
        }
        catch
        {
            await stripe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Moves this Stripe's time forward. It changes no object by itself: say what happened with the other methods.</summary>
    /// <param name="by">How far; not negative. Signatures keep real time, since receivers compare them with it.</param>
    public void Advance(TimeSpan by) => clock.Advance(by);

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync().ConfigureAwait(false);
        outbox.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        BaseAddress = new Uri(addresses.First());
        var reads = new StripeReads(books, new EventList(outbox), options, AccountId);
        var checkouts = new CheckoutCreation(books, BaseAddress, options.Livemode);
        var portals = new PortalCreation(books, BaseAddress, options.Livemode);
        api = new ApiHost(new StripeApi(books, reads, checkouts, portals, SecretKey), clock, faults, options.ApiVersion);
    }

    private Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/pay", StringComparison.Ordinal, out var rest) && rest.HasValue)
            return new PayPage(this).HandleAsync(context);
        return path.StartsWithSegments("/p/session", StringComparison.Ordinal, out rest) && rest.HasValue
            ? PortalPage.ShowAsync(context, FindPortalSession(rest.Value[1..]))
            : api!.HandleAsync(context);
    }
}
