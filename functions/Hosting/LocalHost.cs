using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ContactRouting.Hosting;

/// <summary>
/// Hosts the app's own function classes on Kestrel, for one machine without the Azure Functions host. It finds the
/// functions as the worker does, by their attributes, and gives each call a scope and an instance of its own.
/// </summary>
internal static class LocalHost
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    public static void Run(string[] args) => Build(args).Run();

    /// <param name="replace">Puts other services in the place of the app's own, such as a clock.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.WebHost.ConfigureKestrel(Composition.LeaveBodiesToTheApis);

        // The slim builder's routing has no regular expressions, which constrain LibraryH3lp's versions.
        builder.Services.AddRouting();
        builder.AddContactRouting();
        var functions = FindFunctions();
        foreach (var (method, trigger) in TriggersOf<TimerTriggerAttribute>(functions))
            builder.Services.AddSingleton<IHostedService>(provider =>
                ActivatorUtilities.CreateInstance<LocalTimer>(provider, method, trigger.Schedule)
            );
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        foreach (var (method, trigger) in TriggersOf<HttpTriggerAttribute>(functions))
            app.Map($"/{trigger.Route}", Endpoint(method, app.Services));
        if (app.Configuration["urls"] is null) app.Urls.Add(DefaultUrl);
        app.ValidateSettings();
        return app;
    }

    private static List<MethodInfo> FindFunctions() =>
        [
            .. typeof(LocalHost)
                .Assembly.GetTypes()
                .SelectMany(type => type.GetMethods())
                .Where(method => method.IsDefined(typeof(FunctionAttribute))),
        ];

    private static IEnumerable<(MethodInfo Method, T Trigger)> TriggersOf<T>(List<MethodInfo> functions)
        where T : Attribute =>
        from method in functions
        from parameter in method.GetParameters()
        let trigger = parameter.GetCustomAttribute<T>()
        where trigger is not null
        select (method, trigger);

    /// <summary>Built when it is first asked for: there are some seventy functions, and few of them are called at once.</summary>
    private static RequestDelegate Endpoint(MethodInfo method, IServiceProvider services)
    {
        var endpoint = new Lazy<RequestDelegate>(() =>
        {
            var create = ActivatorUtilities.CreateFactory(method.DeclaringType!, []);
            var options = new RequestDelegateFactoryOptions { ServiceProvider = services };
            return RequestDelegateFactory.Create(method, context => create(context.RequestServices, null), options).RequestDelegate;
        });
        return context => endpoint.Value(context);
    }
}
