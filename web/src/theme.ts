import {
  createTheme,
  type DrawerProps,
  type MantineColorsTuple,
  type MenuProps,
  type ModalHeaderProps,
  type ModalProps,
  type TableProps,
  type TooltipProps,
} from '@mantine/core';

const pine: MantineColorsTuple = [
  '#e6f7f3',
  '#d3ebe5',
  '#a8d7cb',
  '#7ac2b0',
  '#54b099',
  '#3ba48b',
  '#1f8a73',
  '#0f6b5c',
  '#0a5a4d',
  '#00483d',
];

/** What waits for a person. Its darkest reads on its lightest. */
const amber: MantineColorsTuple = [
  '#fff6e0',
  '#ffecc2',
  '#ffd98a',
  '#ffc44d',
  '#f5ad1a',
  '#d99206',
  '#b57600',
  '#8f5c00',
  '#744a00',
  '#5c3a00',
];

/** What is wrong, or can't be undone. White reads on the shade of buttons. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#e54545',
  '#cb2f2f',
  '#b42525',
  '#9c1f1f',
];

/** Defaults of a component by their types alone: a component that is named itself would come with the first load. */
const defaults = <Props>(defaultProps: Partial<Props>): { defaultProps: Partial<Props> } => ({ defaultProps });

/** How everything looks: the one place for colours, sizes and the defaults of components. */
export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: 7,
  colors: { pine, amber, red },
  defaultRadius: 'md',
  autoContrast: true,
  luminanceThreshold: 0.35,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.6rem' }, h2: { fontSize: '1.2rem' }, h3: { fontSize: '1.05rem' } } },
  respectReducedMotion: true,
  components: {
    Modal: defaults<ModalProps>({ centered: true, closeButtonProps: { 'aria-label': 'Close' } }),
    Drawer: defaults<DrawerProps>({ closeButtonProps: { 'aria-label': 'Close' } }),
    // Menus stand where their button does, for landmarks and for the order of the keyboard, and begin at their first item.
    Menu: defaults<MenuProps>({ withinPortal: false, withInitialFocusPlaceholder: false }),
    // The page has one banner; the headers of dialogs are not more of them.
    ModalHeader: defaults<ModalHeaderProps>({ role: 'presentation' }),
    DrawerHeader: defaults<ModalHeaderProps>({ role: 'presentation' }),
    Table: defaults<TableProps>({ verticalSpacing: 'sm' }),
    Tooltip: defaults<TooltipProps>({ withArrow: true, events: { hover: true, focus: true, touch: true } }),
  },
});
