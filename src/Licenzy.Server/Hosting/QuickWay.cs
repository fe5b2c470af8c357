using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>
/// In a route's metadata: answers the plainest requests before the frame, and says whether it did. What it does not take it leaves as it came.
/// </summary>
internal sealed record QuickWay(Func<HttpContext, bool> TryRun);
