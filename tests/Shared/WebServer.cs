using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Testing;

/// <summary>A server of somebody else's in this process, on a port that the system chose.</summary>
internal static class WebServer
{
    public static WebApplication Start(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(answer);
        app.StartAsync().GetAwaiter().GetResult();
        return app;
    }
}
