using ContactRouting.Hosting;
using ContactRouting.Settings;

// `serve` runs the app without the Functions host, which starts the worker with arguments of its own.
Action<string[]> run = args is ["serve", ..] ? LocalHost.Run : FunctionsWorkerHost.Run;
try
{
    run([.. args.SkipWhile(arg => arg == "serve")]);
    return 0;
}
catch (Exception error) when (SettingFaults.Of(error) is { Count: > 0 } faults)
{
    foreach (var fault in faults) Console.Error.WriteLine(fault);
    return 1;
}
