namespace Millwright.Core.Windows;

public enum WindowKind
{
    Tumbling,
    Hopping,
    Session,
}
