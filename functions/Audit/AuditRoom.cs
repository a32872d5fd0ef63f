using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Audit;

internal static class AuditRoom
{
    /// <summary>Who changed what.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSettings<AuditOptions, AuditOptionsValidation>(AuditOptions.Section);
        services.AddSingleton<AuditLog>();
        return services;
    }
}
