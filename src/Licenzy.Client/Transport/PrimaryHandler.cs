namespace Licenzy.Transport;

/// <summary>The handler that opens connections: to the configured origin and nowhere else.</summary>
internal static class PrimaryHandler
{
    public static HttpMessageHandler For(Uri baseAddress)
    {
#if NETSTANDARD2_0
        return new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy from the environment would carry the key of a plain http:// call off this machine.
            UseProxy = !baseAddress.IsLoopback,
        };
#else
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy from the environment would carry the key of a plain http:// call off this machine.
            UseProxy = !baseAddress.IsLoopback,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            // The client lives as long as the application; a moved server is found by connections being renewed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
#endif
    }

    /// <summary>Also for a handler the application put in place: a redirect must not carry a call elsewhere.</summary>
    public static void RefuseRedirects(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler outer)
            handler = outer.InnerHandler;
        if (handler is HttpClientHandler { AllowAutoRedirect: true } classic)
            classic.AllowAutoRedirect = false;
#if !NETSTANDARD2_0
        if (handler is SocketsHttpHandler { AllowAutoRedirect: true } sockets)
            sockets.AllowAutoRedirect = false;
#endif
    }
}
