using System.Text.Json.Serialization;
using Licenzy.Domain.Entitlements;
using Licenzy.Json;
using Licenzy.Server;
using Licenzy.Server.Access;
using Licenzy.Server.Accounts;
using Licenzy.Server.Audit;
using Licenzy.Server.Changes;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Portal;
using Licenzy.Server.Products;
using Licenzy.Server.Starting;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.StripeSync;
using Licenzy.Server.Time;
using Licenzy.Server.Usage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the Licenzy server.</summary>
public static class LicenzyServerServiceCollectionExtensions
{
    /// <summary>
    /// Adds the server: settings from section <c>Licenzy</c>, then <paramref name="configure"/>. Map its routes with <c>app.MapLicenzy()</c>.
    /// The database is opened and brought up to date when the host starts.
    /// </summary>
    public static IServiceCollection AddLicenzyServer(this IServiceCollection services, Action<LicenzyServerOptions>? configure = null)
    {
        var options = services.AddOptions<LicenzyServerOptions>().BindConfiguration(WrittenSettings.Section).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<LicenzyServerOptions>, LicenzyServerOptionsValidation>();
        services.AddSingleton<WrittenSettings>().AddSingleton<IValidateOptions<LicenzyServerOptions>>(provider => provider.GetRequiredService<WrittenSettings>());
        services.AddSingleton(provider => new Sealer(EncryptionKeyFile.Key(Settings(provider))));
        services.AddSingleton(provider => Open(Settings(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => Leeway.Default with { Renewal = TimeSpan.FromHours(Settings(provider).RenewalLeewayHours) });
        services.AddSingleton<Ids>().AddSingleton<Readiness>().AddSingleton<FirstRun>().AddSingleton<FirstAccount>().AddSingleton<Credentials>().AddSingleton<Idempotency>();
        services.AddMetrics().AddSingleton<Meters>().AddSingleton<MetricsCollector>();
        services.AddSingleton<RateLimits>().AddSingleton<RequestSlots>().AddSingleton<IdempotencyBound>();
        services.AddSingleton<KeyStore>().AddSingleton<KnownKeys>().AddSingleton<EntitlementStore>().AddSingleton<AuditStore>();
        services.AddSingleton<SubjectSnapshots>().AddSingleton<SubjectReads>().AddSingleton<QuickCheck>().AddSingleton<EntitlementPages>().AddSingleton<EntitlementEndpoints>();
        services.AddSingleton<StripeKeyWatch>().AddSingleton<StripeConnectionSecrets>().AddSingleton<ConnectionMapping>().AddSingleton<IStripeGateway, StripeGateway>();
        services.AddSingleton<CheckoutPreparation>().AddSingleton<CheckoutDesk>().AddSingleton<CheckoutLookup>().AddSingleton<BillingPortalEndpoints>();
        services.AddSingleton<BillingNews>().AddSingleton<BillingWriter>().AddSingleton<CheckoutEffects>().AddSingleton<SubscriptionEffects>().AddSingleton<PaymentEffects>().AddSingleton<BillingEffects>();
        services.AddSingleton<BillingInbox>().AddSingleton<StripeLooks>().AddSingleton<InboxWorker>();
        services.AddSingleton<StripeSales>().AddSingleton<StripeLinkDesk>().AddSingleton<StripeReplayDesk>().AddSingleton<StripeEventEndpoints>();
        services.AddSingleton<StripeTalks>().AddSingleton<CatchUp>().AddSingleton<CatchUpWorker>().AddSingleton<Trial>();
        services.AddSingleton<SubscriptionPhase>().AddSingleton<SessionPhase>().AddSingleton<PaymentPhase>().AddSingleton<Reconciler>();
        services.AddSingleton<Importer>().AddSingleton<StripeSyncEndpoints>();
        services.AddSingleton<EndpointSecrets>().AddSingleton<Outbox>().AddSingleton<ChangeWriter>().AddSingleton<TimeTeller>().AddSingleton<RuleClock>();
        services.AddSingleton<FeedReader>().AddSingleton<FeedPosition>().AddSingleton<ChangeAudience>().AddSingleton<ChangeEndpoints>();
        services.AddSingleton<Targets>().AddSingleton<TargetCheck>().AddSingleton<WebhookTransport>().AddSingleton<Letterheads>().AddSingleton<DeliveryTry>();
        services.AddSingleton(provider => DispatchSettings.Of(Settings(provider).OutboundWebhooks)).AddSingleton<DispatchTurn>().AddSingleton<Dispatcher>().AddSingleton<Backlog>();
        services.AddSingleton<EndpointDesk>().AddSingleton<RequeueDesk>().AddSingleton<WebhookEndpoints>().AddSingleton<DeliveryEndpoints>().AddSingleton<DeliveryRetention>();
        services.AddSingleton<TestClockEndpoints>().AddSingleton<SubjectTime>().AddSingleton<TimeWorker>();
        services.AddSingleton<PlanGate>().AddSingleton<OperatorBilling>().AddSingleton<OperatorBillingEndpoints>();
        services.AddSingleton<PriceCheck>().AddSingleton<ProductDesk>();
        services.AddSingleton<ProductEndpoints>().AddSingleton<ApiKeyEndpoints>().AddSingleton<GrantEndpoints>().AddSingleton<StripeConnectionEndpoints>();
        services.AddSingleton<SessionEndpoints>().AddSingleton<WorkspaceEndpoints>().AddSingleton<OperatorEndpoints>().AddSingleton<PasswordEndpoints>().AddSingleton<AdminKeyEndpoints>();
        services.AddSingleton<SessionCookie>().AddSingleton<Passwords>().AddSingleton<SignInThrottle>().AddSingleton<SignIn>().AddSingleton<SameOrigin>().AddSingleton<PortalCredentials>();
        services.AddSingleton<CustomerEndpoints>().AddSingleton<RightDesk>();
        services.AddSingleton<EndedHolds>().AddSingleton<UsageSubjects>().AddSingleton<HoldDesk>().AddSingleton<HoldEndpoints>().AddSingleton<ReverseEndpoints>();
        services.AddSingleton<UsageDesk>().AddSingleton<UsageEndpoints>().AddSingleton<StripeWebhookEndpoints>();
        services.AddSingleton<Housekeeping>().AddSingleton<DispatchWorker>();
        services.AddHostedService<StartUp>().AddHostedService(provider => provider.GetRequiredService<FeedReader>()).AddHostedService(provider =>
            new Workers(provider, Settings(provider).QuietStart, [typeof(Housekeeping), typeof(InboxWorker), typeof(CatchUpWorker), typeof(TimeWorker), typeof(DispatchWorker)]));
        // After all that may refuse the start: what it says then is one sentence.
        services.AddHostedService(provider => provider.GetRequiredService<WrittenSettings>());
        return services;
    }

    /// <summary>
    /// Adds the API's OpenAPI document, for a host that is Licenzy's alone: it sets the host's JSON names to the contract's. Serve it with
    /// <c>app.MapLicenzyOpenApi()</c>.
    /// </summary>
    public static IServiceCollection AddLicenzyOpenApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = LicenzyJson.Default.Options.PropertyNamingPolicy;
            // Otherwise the document would promise that numbers may be sent as strings.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, LicenzyJson.Default);
        });
        return services.AddOpenApi(ApiDocument.Name, ApiDocument.Describe);
    }

    private static LicenzyServerOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<LicenzyServerOptions>>().Value;

    private static Db Open(LicenzyServerOptions options, TimeProvider clock, ILoggerFactory logs)
    {
        if (DatabaseAddress.IsPostgres(options.Database))
        {
            return PostgresDb.Open(options.Database!, logs.CreateLogger<PostgresDb>());
        }

        SqliteLibrary.Load(options.Sqlite.Library);
        return SqliteDb.Open(options.Database ?? $"Data Source={Path.Combine(options.DataDirectory, "licenzy.db")}", clock);
    }
}
