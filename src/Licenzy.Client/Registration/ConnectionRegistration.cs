using Licenzy.Resilience;
using Licenzy.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;

namespace Licenzy.Registration;

/// <summary>The chain of handlers both clients share.</summary>
internal static class ConnectionRegistration
{
    private const string Prefix = "Licenzy.";

    /// <summary>The <see cref="HttpClient"/> of a client: <c>Licenzy.Runtime</c>, or <c>Licenzy.Runtime.eu</c> for one named <c>eu</c>.</summary>
    private static string HttpName(string kind, string name) => name.Length == 0 ? Prefix + kind : $"{Prefix}{kind}.{name}";

    public static IHttpClientBuilder AddConnection(
        this IServiceCollection services, string kind, string name, Func<IServiceProvider, string, LicenzyConnectionOptions> options)
    {
        var http = services.AddHttpClient(HttpName(kind, name), client => client.Timeout = Timeout.InfiniteTimeSpan);
        // Registered twice, a client would retry its retries.
        if (services.Any(known => known.ServiceType == typeof(Registered) && http.Name.Equals(known.ServiceKey)))
            return http;

        services.AddKeyedSingleton(http.Name, new Registered());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, RedirectFilter>());
        return http
            .ConfigurePrimaryHttpMessageHandler(provider => PrimaryHandler.For(options(provider, name).BaseAddress!))
            .AddHttpMessageHandler(provider => new ResilienceHandler(ResiliencePipelines.For(options(provider, name), ClockOf(provider))))
            // The breaker's memory lives in the handler; connections are renewed by the primary handler itself.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RedactLoggedHeaders(static _ => true);
    }

    public static LicenzyTransport TransportOf(IServiceProvider provider, string kind, string name, Credential credential) =>
        new(provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpName(kind, name)), credential, ClockOf(provider));

    public static TimeProvider ClockOf(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;

    private sealed class Registered;

    /// <summary>Runs after everything else that shapes a handler, so that an own primary handler cannot follow redirects by mistake.</summary>
    private sealed class RedirectFilter : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            if (builder.Name?.StartsWith(Prefix, StringComparison.Ordinal) == true)
                PrimaryHandler.RefuseRedirects(builder.PrimaryHandler);
        };
    }
}
