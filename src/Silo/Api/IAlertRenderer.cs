using Millwright.Alerts;

namespace Millwright.Silo.Api;

/// <summary>An alert event as its CloudEvent (INTERFACES section 12), UTF-8 JSON on one line.</summary>
public interface IAlertRenderer
{
    byte[] Render(AlertEvent alert);
}
