using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>
/// In a route's metadata: answers the plainest requests before the frame, and says whether it did. What it does not take it leaves as it came.
/// </summary>
/// <param name="Of">Made with the first request, of the application's services: mapping routes opens no database.</param>
internal sealed record QuickWay(Func<IServiceProvider, Func<HttpContext, bool>> Of)
{
    public Func<HttpContext, bool> In(IServiceProvider services)
    {
        var tryRun = new Lazy<Func<HttpContext, bool>>(() => Of(services));
        return context => tryRun.Value(context);
    }
}
